"""HTTP goes to Django, sockets to signaling."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

# WhiteNoise reads its files synchronously; they are small, and a proxy serves them in the large.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume sync")

# Only after Django is set up may its models be imported.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from config.bounds import bounded, in_time  # noqa: E402
from signaling.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {"http": bounded(in_time(http)), "websocket": URLRouter(websocket_urlpatterns)}
)
