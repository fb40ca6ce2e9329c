"""The addresses of the site, and those that only the benchmarks need."""

from django.urls import path

from bench.browsing.floor import floor, process
from config.urls import urlpatterns as ours

urlpatterns = [*ours, path("floor/", floor), path("process/", process)]
