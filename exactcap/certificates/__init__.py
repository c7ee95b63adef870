"""The certificate file: ``SPEC.md`` is the contract between the provers and the checker."""
