"""Mail: composed from templates, sent by SMTP or laid into a folder."""
