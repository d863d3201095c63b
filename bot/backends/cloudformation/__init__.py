"""CloudFormation stacks: a release is a template at a commit, its plan a change set that people approve."""
