"""The one exception that a user is meant to read."""


class InputError(ValueError):
    """Input that exactcap cannot accept: names the argument, the rule, the offending value and the next step.

    The command line prints it as one line and exits with status 2; a traceback never reaches the user.
    """
