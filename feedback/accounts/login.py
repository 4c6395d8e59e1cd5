"""What the log-in of the pages needs of this package: the class of an account."""

from feedback.accounts.models import Account

ACCOUNT_MODEL = Account
