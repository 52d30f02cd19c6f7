"""Where an ONVIF camera's snapshots are: GetProfiles, then GetSnapshotUri (ONVIF Media Service 2.2.1).

WS-Security's UsernameToken with a digest (OASIS 2004): Base64(SHA-1(nonce + created + password)).
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree  # nosec B405 # a DTD is refused before anything is parsed
from xml.sax.saxutils import escape  # nosec B406 # writes, parses nothing

from checkout.cameras.errors import CameraAway

MEDIA = "http://www.onvif.org/ver10/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
MOST_BYTES = 256 * 1024
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
Post = Callable[[str], bytes]


def snapshot_uri(post: Post, *, username: str, password: str, nonce: bytes, created: datetime) -> str:
    """The address of the first profile's snapshot; `post` sends a SOAP body to the media service and gives the answer.

    Raises CameraAway. `nonce` must be fresh for each call, `created` is the time (UTC) that the token claims.
    """
    head = _security(username, password, nonce, created) if username else ""
    profiles = _parsed(post(_envelope(head, f'<GetProfiles xmlns="{MEDIA}"/>')))
    profile = profiles.find(f".//{{{MEDIA}}}Profiles")
    token = profile.get("token", "") if profile is not None else ""
    if not token:
        raise CameraAway("camera_wrong", "the camera has no ONVIF profile")
    body = f'<GetSnapshotUri xmlns="{MEDIA}"><ProfileToken>{escape(token)}</ProfileToken></GetSnapshotUri>'
    answer = _parsed(post(_envelope(head, body)))
    uri = (answer.findtext(f".//{{{SCHEMA}}}Uri") or "").strip()
    if not uri:
        raise CameraAway("camera_wrong", "the camera gives no address for snapshots")
    return uri


def _parsed(answer: bytes) -> ElementTree.Element:
    # No DTD: entities are of no use here but to swell.
    if len(answer) > MOST_BYTES or b"<!DOCTYPE" in answer or b"<!ENTITY" in answer:
        raise CameraAway("camera_wrong", "the camera's ONVIF answer is not taken")
    try:
        root = ElementTree.fromstring(answer)  # noqa: S314 # nosec B314 # a DTD was refused above
    except ElementTree.ParseError as error:
        raise CameraAway("camera_wrong", "the camera's ONVIF answer can't be read") from error
    fault = root.find(".//{http://www.w3.org/2003/05/soap-envelope}Fault")
    if fault is not None:
        refused = "NotAuthorized" in ElementTree.tostring(fault, encoding="unicode")
        code = "camera_refused" if refused else "camera_wrong"
        raise CameraAway(code, "the camera does not take our user name and password" if refused else "ONVIF fault")
    return root


def _envelope(head: str, body: str) -> str:
    soap = "http://www.w3.org/2003/05/soap-envelope"
    return f'<s:Envelope xmlns:s="{soap}"><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>'


def _security(username: str, password: str, nonce: bytes, created: datetime) -> str:
    at = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    # The standard's digest; SHA-1 is what cameras speak.
    digest = hashlib.sha1(nonce + at.encode() + password.encode(), usedforsecurity=False).digest()
    kind = f"{SECURITY}username-token-profile-1.0#PasswordDigest"
    return (
        f'<w:Security xmlns:w="{SECURITY}wssecurity-secext-1.0.xsd" xmlns:u="{SECURITY}wssecurity-utility-1.0.xsd">'
        f"<w:UsernameToken><w:Username>{escape(username)}</w:Username>"
        f'<w:Password Type="{kind}">{base64.b64encode(digest).decode()}</w:Password>'
        f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{at}</u:Created>"
        "</w:UsernameToken></w:Security>"
    )
