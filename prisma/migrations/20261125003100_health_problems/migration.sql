-- What was wrong with the installation itself when it was last looked at, so that each problem is told once.
CREATE TABLE "health_problems" (
    "key" TEXT NOT NULL,
    "check_name" TEXT NOT NULL,
    "path" TEXT,
    "what" TEXT NOT NULL,
    "todo" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "health_problems_pkey" PRIMARY KEY ("key")
);
