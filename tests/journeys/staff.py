"""Ben at the console, over HTTP: logs in, takes a review, decides it."""

import re
import time

import httpx

from console.demo.people import PASSWORD


class Ben:
    """A session of the console; `url` is the server's."""

    def __init__(self, url: str, user: str = "ben@hillandvale.example") -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=30)
        self.http.get("/console/login/")
        answer = self._post("/console/login/", {"username": user, "password": PASSWORD})
        assert "/login/" not in str(answer.url), answer.text

    def close(self) -> None:
        self.http.close()

    def waiting_review(self, seconds: float = 120) -> str:
        """The path of a review on the board, once there is one."""
        board = str(self.http.get("/console/").url)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(r'href="(/console/reviews/[0-9a-f-]+/)"', self.http.get(board).text)
            if found:
                return found.group(1)
            time.sleep(0.2)  # as the page does without its socket: it polls
        raise AssertionError("no review came up on the board")

    def pictures(self, path: str, seconds: float = 120) -> list[str]:
        """The addresses of a review's pictures, once the camera has looked."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.findall(r'(?:src|href)="(/console/frames/[^"]+)"', self.http.get(path).text)
            if found:
                return found
            time.sleep(0.2)  # as the page does without its socket: it polls
        said = re.sub(r"(<[^>]+>|\s)+", " ", self.http.get(path).text)
        raise AssertionError(f"no picture came up in the review, which says: {said[-3000:]}")

    def settle(self, path: str, **fields: str) -> httpx.Response:
        """Take a review and decide it."""
        self._post(f"{path}claim/", {})
        page = self.http.get(path).text
        revision = re.search(r'name="revision" value="(\d+)"', page)
        told = {"revision": revision.group(1) if revision else ""} | fields
        return self._post(f"{path}decide/", told)

    def _post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        token = self.http.cookies.get("csrftoken") or ""
        headers = {"Referer": str(self.http.base_url), "X-CSRFToken": token}
        answer = self.http.post(path, data=fields, headers=headers)
        assert answer.status_code < 400, answer.text[:500]
        return answer
