"""The same story of a file on a local disk and on a real S3 server: pieces, digest, download, erasure."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from moto.server import ThreadedMotoServer

from calls.actions.attachment import remove_attachment
from calls.actions.attachment_check import erase_attachments
from calls.models import Attachment
from calls.models.attachment import CHUNK, ERASED_AFTER
from kit import clock
from kit.backups import stored_names
from tests.calls.cast import Story
from tests.calls.files import begin, content_of, give, send, story_with_files
from tests.factories.files import pdf_of, photo

pytestmark = pytest.mark.django_db

STORAGES = ("disk", "s3")
SECRETS = {"access_key": "essai", "secret_key": "essai"}


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=STORAGES)
def storage(request, settings, tmp_path) -> str:
    """`default_storage` is a folder, then a bucket, with the options of the production settings."""
    if request.param == "disk":
        settings.MEDIA_ROOT = tmp_path
        return "disk"
    address, bucket = request.getfixturevalue("s3_server"), f"dossiers-{uuid4().hex[:8]}"
    region = {"endpoint_url": address, "region_name": "eu-west-3"}
    made = boto3.client("s3", aws_access_key_id="essai", aws_secret_access_key="essai", **region)
    made.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**SECRETS, **region, "bucket_name": bucket, "file_overwrite": False, "default_acl": None},
        },
    }
    return "s3"


@pytest.fixture
def story(storage) -> Story:
    return story_with_files()


def test_file_is_received_read_again_and_erased(story, client, django_capture_on_commit_callbacks):
    application, data = story.start(), pdf_of(2 * CHUNK + 10)
    with django_capture_on_commit_callbacks(execute=True):
        given = give(story, application, "Statuts été.pdf", data)

    assert list(stored_names(default_storage)) == [f"attachments/{given.uuid}/fichier.pdf"]
    assert content_of(given) == data
    client.force_login(story.carrier)
    assert b"".join(client.get(reverse("calls:attachment_download", args=[given.uuid]))) == data

    remove_attachment(given, by=story.carrier, arrived_at=clock.now())
    Attachment.objects.update(removed_at=clock.now() - ERASED_AFTER - timedelta(seconds=1))
    assert erase_attachments() == 1
    assert list(stored_names(default_storage)) == []


def test_piece_is_written_over_one_that_an_interrupted_request_left(story):
    application, data = story.start(), pdf_of(CHUNK + 10)
    sent = begin(story, application, data=data)
    with patch.object(Attachment, "save", side_effect=OSError("coupure")), pytest.raises(OSError, match="coupure"):
        send(story, sent, data[:CHUNK])
    assert list(stored_names(default_storage)) == [sent.piece_at(0)]

    send(story, sent, data[:CHUNK])
    done = send(story, sent, data[CHUNK:], offset=CHUNK)

    assert content_of(done) == data


def test_picture_is_stored_without_its_metadata(story):
    given = give(story, story.start(), "photo.jpg", photo())

    assert b"Claire" not in content_of(given)
