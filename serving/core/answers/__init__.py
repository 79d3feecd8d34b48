"""The public shape of answers: envelope, texts, links, formats. No request, no store."""
