"""The citizen's pages. Everything works without JavaScript, and no cookie is set."""

from fastapi import APIRouter

from api.pages import browsing, finding, mapping, offering, robots, saving, small

router = APIRouter()
for part in (browsing, mapping, offering, finding, saving, small, robots):
    router.include_router(part.router)
