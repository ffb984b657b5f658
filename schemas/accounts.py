"""Accounts and tokens."""

from marshmallow import Schema, fields

from factcheck.domain.vocabulary import Role
from schemas.fields import Flag, Id, Moment, Text, Word


class AccountIn(Schema):
    name = Text(longest=200, required=True)
    role = Word(Role, required=True)


class AccountPatch(Schema):
    role = Word(Role)
    active = Flag()


class AccountShort(Schema):
    """Who did something; `id` is "system" for the service itself."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class Account(Schema):
    id = Id(required=True)
    name = fields.String(required=True)
    role = Word(Role, required=True)
    active = fields.Boolean(required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class TokenIn(Schema):
    label = Text(longest=200, allow_none=True)
    expires_at = Moment(allow_none=True)


class Token(Schema):
    id = Id(required=True)
    account = Id(required=True)
    label = fields.String(required=True, allow_none=True)
    expires_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class NewToken(Token):
    """A token at the one time that it is shown."""

    token = fields.String(required=True)


class Me(Schema):
    id = Id(required=True)
    name = fields.String(required=True)
    role = Word(Role, required=True)
