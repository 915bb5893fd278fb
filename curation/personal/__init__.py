"""What identifies a person or opens a door: e-mail addresses, phone numbers, numbers of documents and accounts, "
"keys."""
