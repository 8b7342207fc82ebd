from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path

from bench.stock.models import Article


def article(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "article.html", {"object": get_object_or_404(Article, pk=pk)})


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("empty/", empty),
    path("article/<int:pk>/", article),
    path("comments/", include("django_comments_xtd.urls")),
]
