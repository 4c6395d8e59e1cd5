"""DKIM: the mail is signed under the sender's domain (RFC 6376)."""

from dataclasses import dataclass
from pathlib import Path

import dkim

from feedback.config import Settings

#: what the signature covers when it is there. RFC 8058 wants both List-Unsubscribe
#: headers among them; From is covered twice, so that none can be added.
SIGNED = (
    b"From",
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"Auto-Submitted",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
)


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Signs mails for one domain with one RSA key."""

    domain: str
    selector: str
    #: PEM
    key: bytes

    def sign(self, content: bytes) -> bytes:
        """Return the mail with its signature in front.

        Raises:
            dkim.DKIMException: the key is no RSA key in PEM.
        """
        header = content.partition(b"\r\n\r\n")[0].lower()
        names = {
            line.partition(b":")[0]
            for line in header.split(b"\r\n")
            if not line.startswith((b" ", b"\t"))
        }
        signature: bytes = dkim.sign(
            content,
            self.selector.encode(),
            self.domain.encode(),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in SIGNED if name.lower() in names],
        )
        return signature + content


def signer_for(settings: Settings) -> Signer | None:
    """Return the signer that the settings name, None when mails go unsigned.

    Raises:
        OSError: the key file cannot be read.
    """
    if not settings.dkim_key_file:
        return None
    return Signer(
        domain=settings.dkim_domain,
        selector=settings.dkim_selector,
        key=Path(settings.dkim_key_file).read_bytes(),
    )
