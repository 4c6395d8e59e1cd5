"""Secrets that must be read again: encrypted under the installation's secret."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from feedback.core.errors import Conflict


def seal(text: str, sealing: str) -> str:
    """Encrypt a text under the installation's secret."""
    return _cipher(sealing).encrypt(text.encode()).decode()


def unseal(sealed: str, sealing: str) -> str:
    """Decrypt a text.

    Raises:
        Conflict: `secret_unreadable`, when it was sealed under another secret.
    """
    try:
        return _cipher(sealing).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Conflict("secret_unreadable") from error


def _cipher(sealing: str) -> Fernet:
    key = hashlib.sha256(f"webhook secrets {sealing}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
