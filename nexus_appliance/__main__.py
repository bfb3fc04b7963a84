"""The command line: `nexus VERB`, also `python -m nexus_appliance VERB`."""

import multiprocessing


def main() -> None:
    """Run one verb. Heavy parts are imported here, not above: every spawned child imports this module anew."""
    from nexus_appliance.commands.cli import cli

    cli(prog_name="nexus")


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
