from pennypress.demo import painting, pictures


def test_pictures_are_painted_on_the_spot_where_the_system_gives_no_semaphores(monkeypatch):
    def refuse(*_args, **_named):
        raise PermissionError("/dev/shm")

    monkeypatch.setattr(painting, "ProcessPoolExecutor", refuse)

    with painting.Ahead() as painter:
        painted = painter.take("portrait", 7)

    assert painted == pictures.paint("portrait", 7, painting.PORTRAIT)
    assert painted.startswith(b"\xff\xd8")
