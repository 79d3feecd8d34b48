"""Messages of findings and reasons of refusal in both languages: tables of texts, and the function that applies them.

Messages are stored in English, as loads write them. Titles of rules and errors of the API are not here.
"""
