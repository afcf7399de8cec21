"""`tally serve`: the API for whoever may ask."""

from typing import Annotated

import typer

from tallystick.app import output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen at; put a TLS proxy before any other.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that serve side by side.", min=1, max=32)] = 1,
    api_only: Annotated[
        bool, typer.Option("--api-only", help="Leave inbox, deadlines, outbox and subscribers to `tally worker`.")
    ] = False,
    book: output.Book = None,
) -> None:
    """Serve the API until it is told to stop. What is under way is answered first.

    Each process works beside it: inbox, deadlines, outbox and subscribers, as `tally worker` does.

    Health at /health/live and /health/ready, metrics at /metrics, the contract at /openapi.json.

    Example: tally serve --port 8000
    """
    from tallystick.app.serving.server import Serving, run_server
    from tallystick.app.settings import read_settings
    from tallystick.app.taxing.rates_file import load_rates

    load_rates(read_settings())  # A rates file that cannot be used is said here, not by processes that start in vain.
    output.note(f"Serving at http://{host}:{port}; stop with Ctrl-C.")
    run_server(Serving(host, port, workers, book, api_only))
