"""Sentences of the connection doctor: what is, and the one thing to do."""

from collections.abc import Mapping

from ui.i18n import _, noted

FINDINGS = {
    "server": noted("The server is on and answers on port {port}."),
    "other_school": noted(
        "Port {port} belongs to a Nexus server with another data folder. Stop it, or set NEXUS_HOME to that folder."
    ),
    "silent": noted("The server has started but does not answer. Wait a minute; if it stays so, start it again."),
    "stopped": noted("The server is off. Start it."),
    "port_taken": noted("Port {port} is taken by another program{program}. Close that program, then start the server."),
    "no_network": noted("This machine is in no network. Plug in the cable or join the school's Wi-Fi."),
    "alone": noted("The server listens to this machine alone. Set NEXUS_HOST to 0.0.0.0 and start it again."),
    "address": noted("{address} answers."),
    "address_closed": noted(
        "{address} does not answer, though the server is on. Start the server again; it then takes up this address."
    ),
    "firewall_off": noted("No firewall stands in the way."),
    "firewall_open": noted("The firewall ({kind}) lets students in on port {port}."),
    "firewall_closed": noted("The firewall ({kind}) closes port {port}, so phones cannot come in. Open it: {command}"),
    "firewall_public": noted(
        "Windows takes this network for a public one and closes port {port}. Open Settings › Network, and set the "
        "school's network to “Private”."
    ),
    "firewall_unknown": noted(
        "A firewall ({kind}) is on; what it lets in is told to administrators alone. Look as one: sudo {command}"
    ),
    "name": noted("{name} is found in this network."),
    "name_taken": noted(
        "{name} belongs to another machine ({address}). Give this server another name: NEXUS_MDNS_NAME=…"
    ),
    "name_silent": noted("{name} is not found in this network. Use the address {address} instead."),
    "moved": noted(
        "The address was {before} and is {now} now. Tell the students, and have the router keep it (DHCP reservation)."
    ),
}


def finding_sentence(name: str, values: Mapping[str, object]) -> str:
    """The sentence for one finding."""
    shown = dict(values)
    if "program" in shown:
        shown["program"] = f" ({shown['program']})" if shown["program"] else ""
    return _(FINDINGS[name], **shown)
