"""For whoever watches the server: is it alive, and can it do its work?"""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import RedisError

from config.errors import SENTENCES

logger = logging.getLogger(__name__)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        cache.get("ready")
    except (DatabaseError, RedisError) as trouble:
        logger.warning("not ready: %s", type(trouble).__name__)
        said = {"code": "unavailable", "detail": SENTENCES["unavailable"]}
        return JsonResponse(said, status=503)
    return HttpResponse("ready\n", content_type="text/plain")
