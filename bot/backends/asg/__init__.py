"""Auto Scaling groups, the immutable way: a release is an image, and a deploy replaces every instance.

What a deploy did is written in AWS itself: its launch template version bears the order's id, and the refresh that
belongs to it names that version. So an order that is repeated finds what it made, whoever forgot it.
"""
