"""How customers are asked, and answer: contacts, events, invitations, responses."""
