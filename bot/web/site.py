"""The web application: what each module here serves, under one address."""

from fastapi import APIRouter, FastAPI


def site(*routers: APIRouter) -> FastAPI:
    """Nothing but these; no pages that describe them."""
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        web.include_router(router)
    return web
