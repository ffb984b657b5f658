"""The endpoints: each declares itself, calls one service and answers. No SQL, no rules."""
