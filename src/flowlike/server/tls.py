"""Certificates: files of the operator, or a certificate authority of our own for ``--tls auto``.

The own authority signs one certificate and its key is dropped, so that nothing can sign another:
whoever trusts it trusts this server alone. Both are made anew before they end, or when the names
of the server change.
"""

import datetime as dt
import hashlib
import ipaddress
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from flowlike.errors import UnsafeError, Where
from flowlike.server.listening import Pair

LIFE = dt.timedelta(days=90)
RENEWAL = dt.timedelta(days=14)
"""A certificate with less left is made anew."""
_EARLIER = dt.timedelta(hours=1)  # for clocks that are behind
_ALWAYS = ("localhost", "127.0.0.1", "::1")
_MOST_BYTES = 1_000_000


def given(certificate: Path, key: Path) -> Pair:
    """The operator's own files, after a look at whether they can work.

    Raises:
        UnsafeError: ``serve.certificate``, ``serve.key``, ``serve.key-open``.
    """
    chain = _certificates(certificate)
    private = _key(key)
    mode = key.stat().st_mode
    if mode & stat.S_IROTH:
        raise _unsafe(
            "serve.key-open", "Every user of this machine can read the key.", key, "chmod 0600"
        )
    if chain[0].public_key() != private.public_key():
        raise _unsafe("serve.key", "The key does not belong to the certificate.", key)
    if chain[0].not_valid_after_utc < dt.datetime.now(dt.UTC):
        raise _unsafe("serve.certificate", "The certificate has ended.", certificate)
    return Pair(certificate.absolute(), key.absolute())


def own(folder: Path, names: Iterable[str], now: dt.datetime | None = None) -> Pair:
    """A certificate for these names, signed by an authority of its own, made if need be.

    Args:
        folder: private to the user; gets ``authority.pem``, ``server.pem``, ``server.key``.
        names: host names and addresses beside those of loopback.
        now: the time, that of the machine if None.

    Raises:
        UnsafeError: ``serve.tls-folder``; the folder cannot be written.
    """
    wanted = sorted({*_ALWAYS, *(name.lower() for name in names if name)})
    moment = now or dt.datetime.now(dt.UTC)
    pair = Pair(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    try:
        if not _serves(pair, wanted, moment):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(pair, wanted, moment)
    except OSError as error:
        raise UnsafeError(
            "serve.tls-folder",
            f"The certificate cannot be kept: {error.strerror or error}.",
            remedy="Make the folder writable, or give --tls CERT,KEY.",
            where=Where(file=str(folder)),
        ) from error
    return pair


def fingerprint(certificate: Path) -> str:
    """SHA-256 of the first certificate of a file, as browsers show it."""
    der = _certificates(certificate)[0].public_bytes(serialization.Encoding.DER)
    digest = hashlib.sha256(der).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def _serves(pair: Pair, names: list[str], now: dt.datetime) -> bool:
    try:
        chain = _certificates(pair.certificate)
        private = _key(pair.key)
    except UnsafeError:
        return False
    leaf = chain[0]
    found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = sorted(str(each.value) for each in found)
    in_time = leaf.not_valid_before_utc <= now and now + RENEWAL < leaf.not_valid_after_utc
    return in_time and held == names and leaf.public_key() == private.public_key()


def _make(pair: Pair, names: list[str], now: dt.datetime) -> None:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Flowlike on this machine")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Flowlike")])
    authority = (
        _begun(issuer, issuer, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    leaf = (
        _begun(subject, issuer, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    _write(pair.key, private)
    _write(pair.certificate, leaf.public_bytes(pem) + authority.public_bytes(pem))
    if pair.authority is not None:
        _write(pair.authority, authority.public_bytes(pem))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for the owner only."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    beside.replace(path)


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError as error:
        raise _unsafe("serve.certificate", "This is no certificate in PEM form.", path) from error


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The private key; only what all kinds have in common is used of it."""
    text = _read(path)
    if b"BEGIN PRIVATE KEY" not in text:
        raise _unsafe(
            "serve.key",
            "The key is not in the form PKCS #8, without a password.",
            path,
            "openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW, for",
        )
    try:
        key = serialization.load_pem_private_key(text, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unsafe("serve.key", "The key cannot be read.", path) from error
    return key  # type: ignore[return-value]  # any kind; `public_key` is on each


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        why = error.strerror or str(error)
        raise _unsafe("serve.certificate", f"The file cannot be read: {why}.", path) from error


def _unsafe(code: str, message: str, path: Path, command: str = "") -> UnsafeError:
    remedy = f"{command} {path}" if command else "Correct the files that --tls CERT,KEY names."
    return UnsafeError(code, message, remedy=remedy, where=Where(file=str(path)))
