"""Who may: principals, permissions, sessions and the local owner. Every clock is a parameter.

``identity.permissions``
    ``Permission`` (the bits of a role), ``decide(principal, permission, Resource(app_id)) ->
    Verdict(reason, missing)`` with ``allowed`` and ``hidden`` (answer 404); ``labels(mask)``;
    ``DEFAULT_ROLES``; ``may_write_role``, ``may_be_default``, ``may_set_member``.

``identity.principal``
    ``Principal`` (``kind, sub, app_id, mask, auth_time, session_id, …``), ``ANONYMOUS``;
    ``principal.within(app_id, mask)`` with the mask of ``Apps.role_of``.

``identity.local``
    ``Identity(database, key, *, clock=now_us, options=IdentityOptions())``, one a process::

        await identity.open()                                # makes the owner account if it lacks
        modes = await identity.modes()                       # ["link"] or ["link", "password"]
        token = await identity.mint_link()                   # for http://…/login#<token>
        login = await identity.login(link=…|password=…, carrier="header"|"cookie", agent="",
                                     replaces=session_id)    # Login(token, session, user, csrf)
        who = await identity.resolve(token, carrier)         # Session; AccessError if it is no good
        who.principal, who.user, who.id, who.authenticated_us
        identity.csrf(session_id); identity.check_csrf(session_id, given)      # AccessError
        identity.stepped_up(principal) -> bool
        await identity.logout(session)
        await identity.sessions(sub) -> [SessionInfo]; await identity.end_session(sub, id)
        await identity.end_sessions(sub, keep=session_id)    # sign out everywhere
        await identity.set_password(session, new, current=…) # ends all other sessions
        await identity.has_password() -> bool
        await identity.names([sub, …]) -> {sub: name}

``identity.tokens.install_key(file)`` makes or reads the key of this installation.

Errors: ``AccessError`` (answer 401), ``WaitError`` (429; ``headers`` has retry-after),
``PasswordRefused`` (422), ``NotFound`` for a session that is not the caller's own.
"""
