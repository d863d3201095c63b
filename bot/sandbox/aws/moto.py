"""`python -m bot.sandbox.aws.moto -H … -p …`: moto's server, and in it an ECS whose deployments go on."""

from moto.server import main

from bot.sandbox.aws import ecs

if __name__ == "__main__":
    ecs.mend()
    main()
