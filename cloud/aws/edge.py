"""Who may read packs at the edge: a signed wildcard policy, which a school appends to the addresses it asks for."""

from datetime import datetime

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key


class SignedEdge:
    """The address of a channel at CloudFront, and signatures with which its packs are read."""

    def __init__(self, address: str, key_id: str, private_key: bytes) -> None:
        """`private_key` is the PEM of an RSA key whose public half CloudFront knows as `key_id`; raises ValueError.

        CloudFront takes RSA with SHA-1
        (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html).
        """
        key = load_pem_private_key(private_key, None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("not an RSA key")  # noqa: TRY004 - it is what the PEM holds that is wrong
        self.address = address.rstrip("/")
        self._signer = CloudFrontSigner(key_id, lambda message: key.sign(message, PKCS1v15(), SHA1()))  # noqa: S303

    def query(self, pattern: str, until: datetime) -> str:
        """As `cloud.enrolment.Edge.query`."""
        policy = self._signer.build_policy(f"{self.address}/{pattern}", until)
        return str(self._signer.generate_presigned_url(self.address, policy=policy)).partition("?")[2]
