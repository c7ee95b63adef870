"""The exceptions that end a command."""


class InputError(ValueError):
    """Input that exactcap cannot accept: names the argument, the rule, the offending value and the next step.

    The command line prints it as one line and exits with status 2; a traceback never reaches the user.
    """


class CheckerDisagreesError(RuntimeError):
    """A prover's certificate was rejected by the checker: a bug in exactcap, never an answer."""
