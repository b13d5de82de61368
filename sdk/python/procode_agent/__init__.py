"""Make an agent of one function: see README.md, and docs/agent-contract.md for what it then serves."""

from .agent import Agent
from .context import Context
from .failures import InvalidInput, InvalidOutput, Refusal

__version__ = "1.0.0"
__all__ = ["Agent", "Context", "InvalidInput", "InvalidOutput", "Refusal"]
