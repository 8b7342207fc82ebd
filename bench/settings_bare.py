"""A bare view without any middleware or application: what Django and gunicorn cost by themselves."""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.urls_bare"
WSGI_APPLICATION = "consult.config.wsgi.application"
USE_TZ = True
