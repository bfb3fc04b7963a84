"""`nexus user`: accounts."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from nexus_appliance.commands.plain import plain
from nexus_appliance.commands.running import Arguments, execute, json_option
from nexus_appliance.operations.channel import Report
from nexus_appliance.school.callers import ACCOUNT_ROLES, OPERATOR, Role

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance


async def add(appliance: "Appliance", arguments: Arguments, _report: Report) -> dict[str, Any]:
    """Add an account with a generated password; `must_change` (the default) asks for another at the first login."""
    account, password = await asyncio.to_thread(
        appliance.accounts.add,
        OPERATOR,
        arguments["username"],
        arguments["full_name"],
        Role(arguments["role"]),
        None,
        tuple(arguments["subjects"]),
        must_change=arguments.get("must_change", True),
    )
    return {**plain(account), "password": password}


async def list_all(appliance: "Appliance", _arguments: Arguments, _report: Report) -> Any:
    """All accounts."""
    return plain(await asyncio.to_thread(appliance.accounts.list, OPERATOR))


async def passwd(appliance: "Appliance", arguments: Arguments, _report: Report) -> dict[str, Any]:
    """Give an account a new generated password."""
    password = await asyncio.to_thread(appliance.accounts.set_password, OPERATOR, arguments["username"])
    return {"username": arguments["username"], "password": password}


async def disable(appliance: "Appliance", arguments: Arguments, _report: Report) -> dict[str, Any]:
    """Disable an account and end its sessions."""
    await asyncio.to_thread(appliance.accounts.disable, OPERATOR, arguments["username"])
    return {"username": arguments["username"], "disabled": True}


@click.group("user")
def user_group() -> None:
    """Add, list and disable accounts; set passwords."""


@user_group.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in ACCOUNT_ROLES]), required=True)
@click.option("--name", "full_name", required=True, help="Full name.")
@click.option("--subject", "subjects", multiple=True, help="Subject code of a teacher; may be repeated.")
@click.option("--keep-password", is_flag=True, help="The generated password need not be changed at the first login.")
@json_option
def add_command(
    username: str, role: str, full_name: str, subjects: tuple[str, ...], keep_password: bool, as_json: bool
) -> None:
    """Add an account; prints its generated password once."""
    arguments: Arguments = {"username": username, "role": role, "full_name": full_name, "subjects": list(subjects)}
    arguments["must_change"] = not keep_password
    _print_password(execute("user add", add, arguments, as_json=as_json), as_json=as_json)


@user_group.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the accounts."""
    result = execute("user list", list_all, {}, as_json=as_json)
    for account in [] if as_json else result:
        click.echo(f"{account['username']:<24} {account['role']:<11} {account['full_name']}")


@user_group.command("passwd")
@click.argument("username")
@json_option
def passwd_command(username: str, as_json: bool) -> None:
    """Give an account a new password; prints it once."""
    _print_password(execute("user passwd", passwd, {"username": username}, as_json=as_json), as_json=as_json)


@user_group.command("disable")
@click.argument("username")
@json_option
def disable_command(username: str, as_json: bool) -> None:
    """Disable an account; its open pages end at once."""
    execute("user disable", disable, {"username": username}, as_json=as_json)


def _print_password(result: dict[str, Any], *, as_json: bool) -> None:
    if not as_json:
        click.echo(f"{result['username']}  {result['password']}")
