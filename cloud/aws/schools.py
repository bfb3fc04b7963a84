"""The table of schools in DynamoDB."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from cloud.enrolment import School

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class SchoolTable:
    """As `cloud.enrolment.Schools`, and what operators do with it."""

    def __init__(self, table: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table
        self._client: DynamoDBClient = client or boto3.client("dynamodb")

    def get(self, name: str) -> School | None:
        """As `Schools.get`."""
        item = self._client.get_item(TableName=self._table, Key={"school": {"S": name}}, ConsistentRead=True).get(
            "Item"
        )
        if item is None:
            return None
        text = {field: str(item.get(field, {}).get("S", "")) for field in ("invitation", "used_by", "secret")}
        return School(name, invited_until=int(str(item.get("invited_until", {}).get("N", "0"))), **text)

    def enrol(self, name: str, invitation: str, secret: str) -> bool:
        """As `Schools.enrol`."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"school": {"S": name}},
                UpdateExpression="SET used_by = :secret, #secret = :secret",
                ConditionExpression="invitation = :invitation AND (attribute_not_exists(used_by) OR used_by = :secret)",
                ExpressionAttributeNames={"#secret": "secret"},
                ExpressionAttributeValues={":secret": {"S": secret}, ":invitation": {"S": invitation}},
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def invite(self, name: str, invitation: str, until: int) -> None:
        """Let a school enrol, once; a secret of an earlier enrolment stays in force until then."""
        values: dict[str, Any] = {":invitation": {"S": invitation}, ":until": {"N": str(until)}}
        self._client.update_item(
            TableName=self._table,
            Key={"school": {"S": name}},
            UpdateExpression="SET invitation = :invitation, invited_until = :until REMOVE used_by",
            ExpressionAttributeValues=values,
        )

    def remove(self, name: str) -> None:
        """End a school's rights; what it may read ends with its last signature."""
        self._client.delete_item(TableName=self._table, Key={"school": {"S": name}})
