"""The ledger of work owed, committed with its cause."""
