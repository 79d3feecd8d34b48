"""The recorded divisions of one session of the House, XML, one document a language."""
