"""Who may come in: keys with what they allow, keys made for clients, and the pages that may connect."""

__all__ = ["allowance", "audit", "auth", "callers", "client_secrets", "key_file", "keys"]
