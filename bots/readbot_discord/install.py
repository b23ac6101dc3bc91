"""How readbot comes into a server, or to a person: scopes, permissions and the link with both."""

from urllib.parse import urlencode

from discord import Permissions

#: What readbot does in a server, and the permission that it takes.
PERMISSIONS = Permissions(
    view_channel=True,
    # Digests, and posts in forums, which Discord calls Create Posts there.
    send_messages=True,
    send_messages_in_threads=True,
    # To look for a digest whose answer was lost.
    read_message_history=True,
)
#: Where discord.py's word is an older one.
_NAMES = {"read_messages": "View Channel", "manage_guild": "Manage Server"}
#: The bot posts digests; commands answer.
SERVER_SCOPES = ("bot", "applications.commands")
PERSON_SCOPES = ("applications.commands",)

#: In the place of the application's id.
CLIENT_ID = "CLIENT_ID"

_TEMPLATE = """\
# Discord makes no application from a manifest. These are the settings for
# https://discord.com/developers/applications, by the page that they are on.
general_information:
  # Empty: readbot takes its commands from the gateway, and an address here would take them away.
  interactions_endpoint_url: ""
installation:
  guild_install:
    scopes: [{server_scopes}]
    permissions: [{permissions}]
  user_install:
    scopes: [{person_scopes}]
bot:
  # readbot reads no messages and no members.
  privileged_gateway_intents: []
  requires_oauth2_code_grant: false
# Whoever manages a server opens this; readbot doctor discord prints it with the id filled in.
install_link: {link}
"""


def make_install_link(application_id: str = CLIENT_ID) -> str:
    """Return the link by which whoever manages a server adds readbot."""
    # The scopes are joined by a plus, as Discord's own page shows them.
    query = urlencode(
        {
            "client_id": application_id,
            "scope": " ".join(SERVER_SCOPES),
            "permissions": str(PERMISSIONS.value),
        }
    )
    return f"https://discord.com/oauth2/authorize?{query}"


def name_permissions(permissions: Permissions) -> list[str]:
    """Return permissions as Discord's pages call them, nearly: "View Channel"."""
    names = [_NAMES.get(name, name.replace("_", " ").title()) for name, is_on in permissions if is_on]
    return [name.replace(" In ", " in ") for name in names]


def describe_settings() -> str:
    """Return the settings of an application for readbot, as YAML that a person reads."""
    return _TEMPLATE.format(
        server_scopes=", ".join(SERVER_SCOPES),
        permissions=", ".join(name_permissions(PERMISSIONS)),
        person_scopes=", ".join(PERSON_SCOPES),
        link=make_install_link(),
    )
