"""The HTTP application: routes, guards, problems, limits, and the processes of `flowlike serve`.

``application.create_app(services)`` gives an ASGI application; ``services`` says what it needs.
Every route declares who may call it (``guards``); every error becomes a problem (``problems``);
``edge`` stands before all of it. HTTP events are answered by ``events`` without the framework.
This package imports none of its modules: the supervisor must stay light.
"""
