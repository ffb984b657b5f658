"""Hand-written steps, run in order by `storage.upgrade`. A step that has landed never changes."""
