"""The mechanics of HTTP that any service of this kind needs. Knows nothing of claims."""
