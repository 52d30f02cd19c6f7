"""One running store for all journeys of a session."""

from collections.abc import Iterator

import pytest

from tests.journeys.running import RunningStore, running_store


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with running_store(tmp_path_factory.mktemp("store")) as running:
        yield running
