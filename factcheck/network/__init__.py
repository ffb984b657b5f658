"""The one guarded way out: pages and rules of sites, and what web archives have."""
