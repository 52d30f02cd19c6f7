"""The process that decodes a stream: ``python -m checkout.cameras._rtsp SECONDS``, address on standard input."""

import io
import resource
import sys

import av

MEMORY_BYTES = 512 * 1024 * 1024


def main() -> int:
    url, seconds = sys.stdin.read(), float(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # A stream must not lead FFmpeg to files or to other protocols.
    allowed = "rtsp,rtp,tcp,udp,tls,crypto"
    options = {"rtsp_transport": "tcp", "analyzeduration": "300000", "protocol_whitelist": allowed}
    try:
        with av.open(url, options=options, timeout=seconds) as container:
            for frame in container.decode(video=0):
                file = io.BytesIO()
                frame.to_image().save(file, "JPEG", quality=92)
                sys.stdout.buffer.write(file.getvalue())
                return 0
    except (av.FFmpegError, OSError, IndexError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
