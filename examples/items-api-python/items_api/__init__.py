"""The rooms of the API; `api.py` walks through them."""
