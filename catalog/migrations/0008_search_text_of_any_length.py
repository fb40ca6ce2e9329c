from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_digest_of_a_list")]

    operations = [
        migrations.AlterField(
            model_name="plannedchange",
            name="search_text",
            field=models.TextField(help_text="artist and title, folded"),
        ),
    ]
