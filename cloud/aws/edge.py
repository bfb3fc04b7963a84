"""Who may read packs at the edge: a signed wildcard policy, which a school appends to the addresses it asks for."""

from datetime import datetime

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def signed_address(address: str, key_id: str, private_key: bytes, until: datetime) -> str:
    """What a school sets as its `channel_url`: the address of a channel with the right to read its packs until a day.

    `private_key` is the PEM of an RSA key whose public half CloudFront knows as `key_id`; CloudFront takes RSA with
    SHA-1 (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html).
    Raises ValueError.
    """
    key = load_pem_private_key(private_key, None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")  # noqa: TRY004 - it is what the PEM holds that is wrong
    signer = CloudFrontSigner(key_id, lambda message: key.sign(message, PKCS1v15(), SHA1()))  # noqa: S303
    base = address.rstrip("/")
    policy = signer.build_policy(f"{base}/packs/*", until)
    return str(signer.generate_presigned_url(base, policy=policy))
