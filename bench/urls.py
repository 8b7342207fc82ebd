"""The product's addresses, and one at which nothing is."""

from django.urls import include, path

from bench.urls_bare import empty

urlpatterns = [path("empty/", empty), path("", include("consult.config.urls"))]
