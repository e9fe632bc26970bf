"""The citizen's pages. Everything works without JavaScript, and no cookie is set."""

from fastapi import APIRouter

from api.pages import browsing, finding, offering, small

router = APIRouter()
for part in (browsing, offering, finding, small):
    router.include_router(part.router)
