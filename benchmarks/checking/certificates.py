"""A certificate authority of the run's own, and a certificate for each address."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAYS = timedelta(days=2)


@dataclass(frozen=True)
class Authority:
    """`ca_file` is what clients trust; a target finds certificate and key of its address in `chain(address)`."""

    directory: Path

    @property
    def ca_file(self) -> Path:
        return self.directory / "ca.pem"

    def chain(self, address: str) -> Path:
        return self.directory / f"{address}.pem"

    @classmethod
    def create(cls, directory: Path, addresses: list[str]) -> "Authority":
        directory.mkdir()
        made = cls(directory)
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _name("Benchmark CA")
        made.ca_file.write_bytes(_signed(root, root, root_key, root_key, None).public_bytes(Encoding.PEM))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for address in addresses:
            leaf = _signed(_name(address), root, key, root_key, address)
            made.chain(address).touch(mode=0o600)
            made.chain(address).write_bytes(leaf.public_bytes(Encoding.PEM) + secret)
        return made


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    address: str | None,
) -> x509.Certificate:
    """The authority itself without an address."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAYS)
        .not_valid_after(now + DAYS)
        .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        made = made.add_extension(names, critical=False)
    return made.sign(by, hashes.SHA256())
