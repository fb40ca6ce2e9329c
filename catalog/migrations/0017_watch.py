"""Adds messages about syncs with their deliveries, and numbers that only grow."""
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0016_upkeep"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=80)),
                ("value", models.FloatField(default=0.0)),
            ],
            options={
                "ordering": ("name", "label"),
                "constraints": [models.UniqueConstraint(fields=("name", "label"), name="one_tally_per_name_and_label")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_id", models.CharField(help_text="the same for all receivers and attempts of a message", max_length=40)),
                ("event", models.CharField(choices=[("sync.failed", "Failed"), ("sync.held", "Held"), ("sync.review", "Review"), ("sync.recovered", "Recovered"), ("test", "Test")], max_length=20)),
                ("cause", models.CharField(blank=True, help_text="the same as long as syncs fail for one reason", max_length=250)),
                ("channel", models.CharField(help_text="the receiver, as NotifySettings names it", max_length=60)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("state", models.CharField(choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("given_up", "Given Up")], default="waiting", max_length=10)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(help_text="when it arrived, or was given up", null=True)),
                ("answer", models.JSONField(default=dict, help_text='of the last attempt: {"code": "status", "parameters": {"status": 500}}')),
                ("operation", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="catalog.syncoperation")),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [models.Index(condition=models.Q(("state", "waiting")), fields=["next_attempt_at"], name="delivery_is_waiting")],
                "constraints": [models.UniqueConstraint(fields=("operation", "channel"), name="one_message_per_sync_and_receiver")],
            },
        ),
    ]
