"""The yardstick of benchmarks/ingest.py: reads the body, says yes."""


def application(environ, start_response):
    """A WSGI application that does nothing else."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "17")])
    return [b'{"success": true}']
