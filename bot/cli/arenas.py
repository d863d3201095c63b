"""How the C library hands out memory to threads."""

import ctypes

M_ARENA_MAX = -8  # <malloc.h> of glibc
ENOUGH = 2


def share_arenas() -> bool:
    """Few heaps for all threads instead of up to eight for each core, none of which gives back what another could use:
    with thousands of TLS checks that is a third of the whole. Before threads begin; False where the C library has none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(M_ARENA_MAX, ENOUGH))
